"""The stock baseline: Rasa as `rasa init` sets it up, on this project's data, beside ours.

    .venv/bin/python -m bench.stock [--per-concern 40] [--seed 1] [--fresh]

Both sides learn from the same sample of `data/nlu`, run the same custom actions and keep their
conversations in SQLite. `bench.sample` draws messages, `sides` lays out two projects, `learn`
trains them, `servers` runs them, `measure` asks them, `report` prints the table and writes
docs/measurements/stock.md. Every step's result is written as it comes; what is there is not
measured again.
"""
