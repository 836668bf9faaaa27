/**
 * Runs inside a session with a raw terminal and does what a test says over a socket: prints what it
 * is sent, and tells what is typed and how large the terminal is, one JSON value a line.
 */
import { connect } from 'node:net';

const socket = connect(process.argv[2] ?? '');
const tell = (what: object) => socket.write(`${JSON.stringify(what)}\n`);
const tellSize = () => tell({ size: { cols: process.stdout.columns, rows: process.stdout.rows } });

process.stdin.setRawMode(true);
process.stdin.on('data', (bytes) => tell({ typed: bytes.toString('latin1') }));
process.stdout.on('resize', tellSize);
socket.on('data', (bytes) => process.stdout.write(bytes));
socket.on('connect', tellSize);
socket.on('close', () => process.exit());
