/** The worker of the code editor: finds the differences between two texts. */
import 'monaco-editor/editor/editor.worker';
