// Lets xterm style itself under a content policy without inline styles: its style elements become constructed sheets,
// and its style attributes go through CSSOM. The policy allows both.

let spansDone = false

/**
 * Runs what makes xterm create its elements. A `<style>` made meanwhile is a hidden element whose text goes into a
 * constructed sheet. xterm takes a document of one's own as an option, but asks the page's in two of four places.
 */
export function withCspStyles<T>(run: () => T): T {
  if (!spansDone) styleSpansByObjectModel()
  spansDone = true
  const create = document.createElement.bind(document)
  const standIn = (tag: string) => (tag === 'style' ? styleStandIn(create('span')) : create(tag))
  // An own property shadows the method for this one synchronous call and leaves no trace.
  Object.defineProperty(document, 'createElement', { value: standIn, configurable: true })
  try {
    return run()
  } finally {
    Reflect.deleteProperty(document, 'createElement')
  }
}

function styleStandIn(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet()
  element.hidden = true
  document.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', {
    get: () => '',
    set(css: string) {
      sheet.replaceSync(css)
    },
  })
  element.remove = () => {
    HTMLElement.prototype.remove.call(element)
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
  }
  return element
}

/** Colours beyond the palette are set on spans as an attribute, which the policy refuses; the same by CSSOM is allowed. */
function styleSpansByObjectModel(): void {
  HTMLSpanElement.prototype.setAttribute = function setAttribute(name: string, value: string) {
    if (name === 'style') this.style.cssText = value
    else Element.prototype.setAttribute.call(this, name, value)
  }
}
