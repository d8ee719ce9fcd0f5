// The typeface of terminals, as the tokens have it; xterm measures it and takes no custom property.
export const MONO = "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Menlo, Consolas, monospace"
