/** A program for a session: prints the size of its terminal, and again each time that it is told of another. */
process.stdout.on('resize', print);
process.stdin.resume();
print();

function print(): void {
  const { columns, rows } = process.stdout;
  process.stdout.write(`SIZE ${columns}x${rows};\r\n`);
}
