"""The passes from files to artifacts: load, validate, resolve, plan, emit, write."""
