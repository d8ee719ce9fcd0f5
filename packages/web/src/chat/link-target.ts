// Where a foreign link may lead: the web and mail, nothing that runs and nothing of ours.

/** The address to open, or null for one that is only shown. */
export function linkTarget(href: string): string | null {
  try {
    const { protocol, href: whole, host } = new URL(href)
    if (protocol === 'mailto:') return whole
    return (protocol === 'https:' || protocol === 'http:') && host !== '' ? whole : null
  } catch {
    return null // relative: it would lead into this dashboard
  }
}
