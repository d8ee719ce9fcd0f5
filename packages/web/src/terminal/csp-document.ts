// Lets xterm style itself under a content policy without inline styles: its style elements become constructed sheets.

/**
 * A stand-in for `document` to hand to xterm. A `<style>` that it makes is a hidden element whose text goes into a
 * constructed style sheet, and `setAttribute('style', …)` goes through CSSOM; the policy allows both.
 */
export function cspDocument(page: Document): Document {
  return new Proxy(page, {
    get(target, name) {
      if (name === 'createElement') return (tag: string) => createElement(target, tag)
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}

function createElement(page: Document, tag: string): HTMLElement {
  if (tag === 'style') return styleStandIn(page)
  const element = page.createElement(tag)
  if (tag === 'span') styleByObjectModel(element)
  return element
}

function styleStandIn(page: Document): HTMLElement {
  const sheet = new CSSStyleSheet()
  const element = page.createElement('span')
  element.hidden = true
  page.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', {
    get: () => '',
    set(css: string) {
      sheet.replaceSync(css)
    },
  })
  element.remove = () => {
    HTMLElement.prototype.remove.call(element)
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter((one) => one !== sheet)
  }
  return element
}

function styleByObjectModel(element: HTMLElement): void {
  element.setAttribute = (name: string, value: string) => {
    if (name === 'style') element.style.cssText = value
    else HTMLElement.prototype.setAttribute.call(element, name, value)
  }
}
