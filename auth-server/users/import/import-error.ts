/** The file cannot be read any further. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}
