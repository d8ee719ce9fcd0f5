// Reads a list of numbers where nobody can be sure that it is long enough.

export const at = (list: ArrayLike<number>, index: number): number => list[index] ?? 0
