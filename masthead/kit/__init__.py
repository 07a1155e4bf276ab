"""The house's tools, one door to each danger: XML, HTML, pictures, the clock, paths, ids. No models live here."""
