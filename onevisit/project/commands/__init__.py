"""What the commands of an operator do; each module has `main(arguments) -> exit code`."""
