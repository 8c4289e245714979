/** So many tries in so many seconds, counted from the first. */
export interface Rate {
  readonly points: number
  readonly seconds: number
}
