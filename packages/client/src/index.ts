// Exports of this package.
