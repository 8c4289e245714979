/**
 * The signed-in person, as the server tells of them: `id` and whatever else it gives. An app says what that is, once:
 *
 * @example
 * // evergate.d.ts
 * import 'evergate/client'
 * declare module 'evergate/client' {
 *   interface SessionUser {
 *     readonly name: string
 *   }
 * }
 */
export interface SessionUser extends Readonly<Record<string, unknown>> {
  readonly id: string
}
