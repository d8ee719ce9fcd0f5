// Marks words in what is shown without changing it: ranges that the browser paints.

const NAME = 'tutti-found'

/** Marks every place of the text below the element until the answer is called; nothing where the browser has no way to. */
export function highlight(below: Element, text: string): (() => void) | undefined {
  if (!('highlights' in CSS) || text === '') return undefined
  const ranges = textNodes(below).flatMap((node) => placesIn(node, text.toLowerCase()))
  CSS.highlights.set(NAME, new Highlight(...ranges))
  return () => CSS.highlights.delete(NAME)
}

function textNodes(below: Element): Node[] {
  const nodes: Node[] = []
  const walk = document.createTreeWalker(below, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) nodes.push(walk.currentNode)
  return nodes
}

function placesIn(node: Node, text: string): Range[] {
  const inside = (node.textContent ?? '').toLowerCase()
  const ranges: Range[] = []
  for (let at = inside.indexOf(text); at !== -1; at = inside.indexOf(text, at + text.length)) {
    const range = new Range()
    range.setStart(node, at)
    range.setEnd(node, at + text.length)
    ranges.push(range)
  }
  return ranges
}
