"""Letters between people and hospitals, inside one state and across the exchange. docs/correspondence.md."""
