"""What says who a patient is: names, days, numbers, addresses, found in texts in three scripts."""
