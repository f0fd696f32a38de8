"""What reaches a person: in the app always, by web push on the phones that the person allowed."""
