"""Expected spans drawn into the template itself: `{{ «humanise» $value }}`."""

import re

_MARK = re.compile("[«»]")


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the template without the marks and the spans they enclose, in order."""
    edges = [match.start() - index for index, match in enumerate(_MARK.finditer(marked))]
    return _MARK.sub("", marked), list(zip(edges[::2], edges[1::2], strict=True))
