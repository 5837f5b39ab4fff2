// The generated database types must be those of the migrations.
process.argv.push('--verify')
await import('./types-db.mjs')
