"""What the site says in the formats of feeds and sitemaps; knows neither HTTP nor the database."""
