"""The measures of ease: the jobs of the day, counted in taps, keys, pages and modelled minutes."""
