/** An instance of the function: a process of its own, and one request at a time. */
const { handler } = await import(process.argv[2] ?? '')

process.on('message', async (event) => {
  process.send?.(await handler(event, {}))
})
process.on('disconnect', () => process.exit())
