// The hosts that an agent may reach, as they are typed.

/** With spaces or commas between. */
export const hostsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  ),
]
