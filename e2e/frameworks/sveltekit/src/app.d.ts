import type { Visit } from 'evergate/web'

declare global {
  namespace App {
    interface Locals {
      visit: Visit
    }
  }
}
