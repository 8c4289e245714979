import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { root } from './paths.mjs'

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] | null }} VitestTest
 * @typedef {{ name: string, status: string, message?: string, assertionResults: VitestTest[] }} VitestFile
 * @typedef {{ title: string, ok: boolean, file: string, tests: { results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite of Playwright
 */

/** @param {string} name @param {string | null | undefined} [message] */
const inOneLine = (name, message) =>
  `${name}: ${
    stripVTControlCharacters(message ?? '')
      .trim()
      .split('\n')[0] || 'no message'
  }`

/** @param {VitestFile} file */
function ofFile({ message, status, assertionResults, ...file }) {
  const name = relative(root, file.name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0 && status === 'failed') return [inOneLine(name, message)]
  return failed.map((test) => inOneLine(`${name} > ${test.fullName}`, test.failureMessages?.[0]))
}

/** @param {Suite} suite @returns {string[]} */
function ofSuite({ specs = [], suites = [] }) {
  const failed = specs.filter(({ ok }) => !ok)
  const messageOf = (/** @type {Spec} */ { tests }) =>
    tests.flatMap(({ results }) => results).find(({ error }) => error)?.error?.message
  return [
    ...failed.map((spec) => inOneLine(`${spec.file} > ${spec.title}`, messageOf(spec))),
    ...suites.flatMap(ofSuite),
  ]
}

/**
 * The failed tests of a report, a line each: whoever reads only the end of a log sees them.
 * @param {string} file a report of Vitest or Playwright in JSON; none when the runner left none
 */
export function failuresIn(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    return [...(report.testResults ?? []).flatMap(ofFile), ...ofSuite(report)]
  } catch {
    return []
  }
}
