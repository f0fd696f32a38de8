"""What reads every stage and is read by none."""
