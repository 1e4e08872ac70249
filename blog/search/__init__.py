"""Full text: the query, the ranking of posts, a page of results, and related posts, which are found by their words."""
