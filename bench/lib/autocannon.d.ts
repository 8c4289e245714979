// The types that are used here. The project's types are checked without the benchmark's dependencies.
declare module 'autocannon' {
  type Options = {
    readonly url: string
    readonly connections: number
    readonly duration?: number
    readonly amount?: number
    readonly headers?: Readonly<Record<string, string>>
  }
  type Outcome = {
    readonly requests: { readonly average: number; readonly total: number }
    readonly latency: { readonly p50: number; readonly p99: number }
    readonly duration: number
    readonly errors: number
    readonly non2xx: number
  }
  export default function autocannon(options: Options): Promise<Outcome>
}
