/**
 * The signed-in person: `id` is the token's `sub`, the rest is the backend's `userData`. An app says what that is, once:
 *
 * @example
 * // evergate.d.ts
 * import 'evergate/next'
 * declare module 'evergate/next' {
 *   interface User {
 *     readonly name: string
 *   }
 * }
 */
export interface User extends Readonly<Record<string, unknown>> {
  readonly id: string
}
