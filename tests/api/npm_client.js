// Asks the API through the npm package "stackexchange", unmodified, and prints what came back as JSON.
// Arguments: the host and port, the ids of a question and of a person. (Its votes are not tried: the package unpacks what
// node-fetch has unpacked already, so they fail with every server that says how an answer is compressed.)
'use strict'

const StackExchange = require('stackexchange')

const [host, question, person] = process.argv.slice(2)
const client = new StackExchange({ api: `${host}/api`, protocol: 'http:', version: '2.3', site: 'geeksmental' })

function asked (run) {
  return new Promise((resolve, reject) => run((error, answer) => error ? reject(error) : resolve(answer)))
}

async function main () {
  const found = {}
  found.questions = await asked(done => client.questions.questions({ pagesize: 100, page: 2 }, done))
  found.question = await asked(done => client.questions.questions({ filter: 'withbody' }, done, [question]))
  found.answers = await asked(done => client.questions.answers({}, done, [question]))
  found.all = await asked(done => client.answers.answers({}, done))
  found.users = await asked(done => client.users.users({}, [person], done))
  found.tags = await asked(done => client.tags.tags({ sort: 'popular' }, done))
  found.info = await asked(done => client.tags.info({ sort: 'popular' }, done, ['sums']))
  found.search = await asked(done => client.search.advanced({ q: 'pairing', sort: 'relevance' }, done))
  console.log(JSON.stringify(found))
}

main().catch(error => { console.error(error); process.exit(1) })
