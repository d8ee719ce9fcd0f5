// The daemon of one machine; wired in main.ts.
