"""A session of a body: who was called, sent and there, what was said and concluded, and its minutes. docs/joint.md.

`folding.session_of(applied, rules=…)` is the whole state; `folding.try_act` says beforehand what would be refused.
Nothing here raises for any sequence of acts that follow the schema, whoever says them.
"""
