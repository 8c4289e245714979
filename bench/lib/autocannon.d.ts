// What is used of it; the benchmark's dependencies need not be there for the project's types to be checked.
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
