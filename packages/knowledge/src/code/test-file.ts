// Which files are tests, by the habits of each language.

export const TEST_FILE =
  /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec|tests)\.[a-z]+$|(?:^|\/)test_[^/]*\.py$|_test\.(?:go|py|rb|exs)$|Tests?\.(?:java|kt|cs|php)$/
