"""Import of registers: template check, dry run, errors by row with their remedy, and all rows or none."""
