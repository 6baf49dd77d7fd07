;;; session.el --- A session in Emacs: open, see what is wrong, fix it, rename a Secret in another file  -*- lexical-binding: t -*-

(require 'eglot)
(require 'flymake)
(require 'xref)

;; Emacs has no mode for YAML that needs no grammar; the server does not mind.
(define-derived-mode yaml-mode text-mode "YAML")
(setq eglot-sync-connect 20
      eglot-confirm-server-edits nil
      eglot-send-changes-idle-time 0.05
      make-backup-files nil
      create-lockfiles nil)

(defvar session-checks 0)

(defun session-check (holds what)
  (unless holds (error "NOT: %s" what))
  (setq session-checks (1+ session-checks))
  (message "ok: %s" what))

(defun session-comes (what holds)
  "Wait until HOLDS gives something."
  (let ((until (+ (float-time) 20)))
    (while (and (not (funcall holds)) (< (float-time) until))
      (accept-process-output nil 0.05)
      (run-hooks 'post-command-hook)))
  (session-check (funcall holds) what))

(defun session-open (name)
  (switch-to-buffer (find-file-noselect name))
  (unless (eq major-mode 'yaml-mode) (yaml-mode))
  (current-buffer))

(defun session-found (buffer rule)
  (with-current-buffer buffer
    (seq-find (lambda (one) (string-match-p (regexp-quote rule) (flymake-diagnostic-text one)))
              (flymake-diagnostics))))

(defun session ()
  (message "Emacs %s" emacs-version)
  (let ((pod (session-open "pod.yaml")) secret found)
    (apply #'eglot--connect (eglot--guess-contact))
    (session-comes "the server runs" #'eglot-current-server)
    (session-check (equal (plist-get (eglot--server-info (eglot-current-server)) :name) "podwright") "and is podwright")
    (eglot--maybe-activate-editing-mode)
    (flymake-start)
    (session-comes "a wrong pull policy is shown" (lambda () (session-found pod "pull-policy-invalid")))
    (setq found (session-found pod "pull-policy-invalid"))
    (session-check (equal (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found)) "always")
                   "at the right columns, after é☸🚢")
    (session-check (eq (flymake-diagnostic-type found) 'eglot-error) "as an error")
    (session-check (not (session-found pod "image-pull-secret-not-found")) "the Secret is found in a file that is not open")

    (goto-char (flymake-diagnostic-beg found))
    (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
      (session-check (string-search "[pull-policy-invalid](https://" (plist-get (plist-get hover :contents) :value))
                     "hover explains the rule"))
    (let ((hints (jsonrpc-request (eglot-current-server) :textDocument/inlayHint
                                  (list :textDocument (eglot--TextDocumentIdentifier)
                                        :range (list :start '(:line 0 :character 0) :end '(:line 99 :character 0))))))
      (session-check (not (seq-find (lambda (one) (string-match-p "imagePullPolicy" (plist-get one :label))) hints))
                     "the settings turn one kind of hint off")
      (session-check (seq-find (lambda (one) (string-match-p "50 s left" (plist-get one :label))) hints)
                     "and leave the other"))

    (let* ((beg (flymake-diagnostic-beg found))
           (actions (eglot-code-actions beg (flymake-diagnostic-end found) "quickfix"))
           (fix (seq-find (lambda (one) (equal (plist-get one :title) "Replace with `Always`")) actions)))
      (session-check fix "the fix is offered")
      (eglot-execute (eglot-current-server) fix)
      (goto-char (point-min))
      (session-check (search-forward "imagePullPolicy: Always}" nil t) "and applied in the buffer"))
    (eglot--signal-textDocument/didChange)
    (session-comes "and the finding disappears" (lambda () (not (session-found pod "pull-policy-invalid"))))

    (goto-char (point-min))
    (search-forward "regc")
    (xref-find-definitions (xref-backend-identifier-at-point 'eglot))
    (session-check (equal (buffer-name) "secret.yaml") "go to definition opens the Secret")
    (session-check (looking-at "regcred") "at its name")
    (setq secret (session-open "secret.yaml"))
    (eglot--maybe-activate-editing-mode)
    (session-check (eglot-managed-p) "as a document of the same server")
    (goto-char (point-min))
    (search-forward "regcred")
    (replace-match "regcrd")
    (eglot--signal-textDocument/didChange)
    (with-current-buffer pod
      (session-comes "renaming the Secret causes a finding in the other file"
                     (lambda () (session-found pod "image-pull-secret-not-found"))))
    (with-current-buffer secret
      (search-backward "regcrd")
      (replace-match "")
      (insert "regcred")
      (eglot--signal-textDocument/didChange))
    (session-comes "until it has its old name" (lambda () (not (session-found pod "image-pull-secret-not-found"))))

    (let ((server (eglot-current-server)))
      (eglot-shutdown server nil 20)
      (session-check (not (jsonrpc-running-p server)) "the server stops"))
    (dolist (buffer (list pod secret))
      (with-current-buffer buffer (set-buffer-modified-p nil)))))

(condition-case why
    (session)
  (error (message "%s" (error-message-string why))
         (message "%d passed, 1 failed" session-checks)
         (kill-emacs 1)))
(message "%d passed, 0 failed" session-checks)
(kill-emacs 0)
