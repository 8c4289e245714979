/**
 * The body of a request or an answer as text. It is read no further than `most` bytes, so that nobody fills the memory with one.
 *
 * @returns null when the body is longer.
 */
export async function boundedText({ body }: Pick<Body, 'body'>, most: number): Promise<string | null> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const part = await reader?.read()
    if (!part || part.done) return text + decoder.decode()
    bytes += part.value.length
    if (bytes > most) {
      await reader?.cancel()
      return null
    }
    text += decoder.decode(part.value, { stream: true })
  }
}
