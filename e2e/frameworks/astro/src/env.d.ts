/// <reference types="astro/client" />
declare namespace App {
  interface Locals {
    visit: import('evergate/web').Visit
  }
}
