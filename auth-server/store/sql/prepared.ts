import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from './schema.ts'

/** Stands in a query for a value that each run brings. */
export type Place<Values> = <Name extends keyof Values>(name: Name) => RawBuilder<Values[Name]>

/** {@link preparedRows} for a query of one row. */
export function prepared<Values extends object, Row>(
  db: Kysely<Tables>,
  build: (value: Place<Values>) => Compilable<Row>,
): (values: Values) => Promise<Row | undefined> {
  const run = preparedRows(db, build)
  return async (values) => (await run(values))[0]
}

/**
 * A query that is put together once and run many times: making the SQL takes longer than a renewal's SQL itself.
 *
 * @returns runs it with these values
 */
export function preparedRows<Values extends object, Row>(
  db: Kysely<Tables>,
  build: (value: Place<Values>) => Compilable<Row>,
): (values: Values) => Promise<Row[]> {
  const query = build((name) => sql`${{ place: name }}`).compile()
  const places = query.parameters.map((parameter) => {
    const place = typeof parameter === 'object' && parameter !== null && 'place' in parameter
    return place ? { name: parameter.place as keyof Values } : { fixed: parameter }
  })
  return async (values) => {
    const parameters = places.map((place) => ('name' in place ? values[place.name] : place.fixed))
    return (await db.executeQuery<Row>({ ...query, parameters })).rows
  }
}

const CLOCK = Symbol('clock')

/** A clock as a parameter: see {@link atOneMoment}. */
export function asParameter(clock: () => number): object {
  return { [CLOCK]: clock }
}

/** The parameters of a statement that is about to run. A clock among them is asked now, and once for the whole statement. */
export function atOneMoment(parameters: readonly unknown[]): unknown[] {
  let now: number | undefined
  return parameters.map((parameter) => {
    if (typeof parameter !== 'object' || parameter === null || !(CLOCK in parameter)) return parameter
    now ??= (parameter[CLOCK] as () => number)()
    return now
  })
}
