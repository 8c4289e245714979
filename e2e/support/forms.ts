/** The hidden fields that a server action's form posts without JavaScript, for the form that holds `field`. */
export function hiddenFields(html: string, field: string): FormData {
  const form = html.split('<form').find((part) => part.split('</form>')[0]?.includes(`name="${field}"`))
  if (form === undefined) throw new Error(`no form holds ${field}`)
  const data = new FormData()
  for (const [input] of (form.split('</form>')[0] ?? '').matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    data.set(attribute(input, 'name'), attribute(input, 'value'))
  }
  return data
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&#x27;', "'")
}
