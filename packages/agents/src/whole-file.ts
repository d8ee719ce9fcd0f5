// The diff of a file that came into being or went as a whole, where the program gives its content alone.

/** The lines of the content, each added or removed; the last line break is no line. */
export function wholeFile(content: string, how: 'added' | 'removed'): string {
  const lines = content.replace(/\n$/, '').split('\n')
  const [head, sign] =
    how === 'added' ? [`@@ -0,0 +1,${lines.length} @@`, '+'] : [`@@ -1,${lines.length} +0,0 @@`, '-']
  return [head, ...lines.map((line) => sign + line)].join('\n')
}
