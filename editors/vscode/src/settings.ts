// What the user has set, and what the server is told of it. Nothing here needs VS Code.

/** As `workspace.getConfiguration("podwright")` has them. */
export interface Settings {
  get<T>(name: string, otherwise: T): T;
}

/** What the server takes in `initializationOptions`. */
export interface Options {
  readonly hints: {
    readonly imagePullPolicy: boolean;
    readonly terminationGracePeriod: boolean;
  };
  readonly completion: {
    readonly fields: boolean;
  };
}

export function options(settings: Settings): Options {
  const isWanted = (name: string): boolean => settings.get<unknown>(`hints.${name}`, true) !== false;
  return {
    hints: {
      imagePullPolicy: isWanted("imagePullPolicy"),
      terminationGracePeriod: isWanted("terminationGracePeriod"),
    },
    completion: {
      fields: settings.get<unknown>("completion.fields", false) === true,
    },
  };
}

/**
 * The documents that the server is told of: YAML and JSON. Helm templates and compose files have languages of their
 * own, and so has JSON with comments.
 */
export const documents = ["yaml", "json"].flatMap((language) =>
  ["file", "untitled"].map((scheme) => ({ scheme, language })),
);
