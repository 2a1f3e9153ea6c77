export function findTurnServer(): string | undefined;
