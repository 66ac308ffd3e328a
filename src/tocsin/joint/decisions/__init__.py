"""A decision of several states: what its acts, in the order of its owner, have made of it. docs/joint.md.

`folding.decision_of(applied, rules=…)` is the whole state; `folding.try_act` says beforehand what would be refused;
`adopting.adoptable` what an adoption would cite now, or who is missing; `due` what machines owe. Nothing here raises
for any sequence of acts that follow the schema, whoever says them.
"""
