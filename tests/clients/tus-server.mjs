// @tus/server with its file store, as its own documentation starts it: what other uploads are measured beside.
// Arguments: folder, port.
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [folder, port] = process.argv.slice(2)
new Server({ path: '/v1/uploads', datastore: new FileStore({ directory: folder }) }).listen({ host: '127.0.0.1', port })
