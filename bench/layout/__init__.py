"""The parts of `bench_layout.py`: a history, two layouts of rules over it, and what is measured on them."""
