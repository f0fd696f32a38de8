"""The demo city's past: what its cast did in the last weeks, played through the services, all of it or nothing."""
