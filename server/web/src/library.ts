/** The list of documents: it needs styles only. */

import './style/library.css';
