import { guardServer } from 'evergate/next'

export function register(): void {
  guardServer()
}
