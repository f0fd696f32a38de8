"""What all draws so far say about their fairness: counts from public files, and statistics anybody can re-compute."""
