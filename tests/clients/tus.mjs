// Uploads files with tus-js-client as it is, told by JSON on standard input; tells by JSON on standard output how it went.
//
// {endpoint, files: [{path, offset, length, sha256, type, stamp}], concurrency, chunkSize, delays, options, override,
//  headers, key, token}
// A file is `length` bytes of `path` from `offset` on; `stamp` (a number) is written over its first eight bytes, so that
// many files can be made of few bytes. `options` go to tus.Upload as they are. With `key` (a private JWK) and `token` every
// request carries a proof of the key (DPoP, RFC 9449).
import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import tus from 'tus-js-client'

const job = JSON.parse(readFileSync(0))
const bytes = new Map()
const base64url = (value) => Buffer.from(value).toString('base64url')
let nonce

function content(file) {
  if (!bytes.has(file.path)) bytes.set(file.path, readFileSync(file.path))
  const whole = bytes.get(file.path)
  const from = file.offset ?? 0
  const part = whole.subarray(from, from + (file.length ?? whole.length))
  if (file.stamp === undefined) return part
  const own = Buffer.from(part)
  own.writeBigUInt64BE(BigInt(file.stamp))
  return own
}

const key = job.key && createPrivateKey({ key: job.key, format: 'jwk' })
const ath = job.token && createHash('sha256').update(job.token).digest('base64url')
function proof(method, url) {
  const { kty, crv, x, y } = job.key
  const claims = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(Date.now() / 1000), ath, nonce }
  const text = `${base64url(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } }))}.${base64url(JSON.stringify(claims))}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

function upload(file) {
  return new Promise((resolve) => {
    const told = { requests: [], offsets: [] }
    const one = new tus.Upload(content(file), {
      endpoint: job.endpoint,
      chunkSize: job.chunkSize ?? Infinity,
      retryDelays: job.delays ?? [0, 0, 0, 0, 0],
      metadata: { sha256: file.sha256, filetype: file.type ?? 'image/jpeg', ...file.metadata },
      storeFingerprintForResuming: false,
      overridePatchMethod: job.override ?? false,
      headers: job.headers ?? {},
      ...job.options,
      onBeforeRequest(request) {
        if (!key) return
        request.setHeader('Authorization', `DPoP ${job.token}`)
        request.setHeader('DPoP', proof(request.getMethod(), request.getURL()))
      },
      onAfterResponse(request, response) {
        nonce = response.getHeader('DPoP-Nonce') ?? nonce
        if (job.quiet) return
        told.requests.push([request.getMethod(), response.getStatus()])
        const offset = response.getHeader('Upload-Offset')
        if (offset !== undefined && offset !== null) told.offsets.push(Number(offset))
      },
      // As the client decides itself, but that a proof without the server's nonce is sent again.
      ...(key && {
        onShouldRetry: (error) => {
          const status = error.originalResponse?.getStatus() ?? 0
          return status < 400 || status >= 500 || [401, 409, 423].includes(status)
        },
      }),
      onSuccess: () => resolve({ ...told, url: one.url }),
      onError: (error) => resolve({ ...told, url: one.url, error: String(error), status: error.originalResponse?.getStatus() }),
    })
    if (file.url) one.options.uploadUrl = file.url
    one.start()
  })
}

const answers = new Array(job.files.length)
let next = 0
async function work() {
  while (next < job.files.length) {
    const place = next++
    answers[place] = await upload(job.files[place])
  }
}

const began = process.hrtime.bigint()
await Promise.all(Array.from({ length: job.concurrency ?? 1 }, work))
const { user, system } = process.cpuUsage()
process.stdout.write(
  JSON.stringify({ seconds: Number(process.hrtime.bigint() - began) / 1e9, cpu: (user + system) / 1e6, files: answers }),
)
