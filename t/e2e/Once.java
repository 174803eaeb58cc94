// SPDX-License-Identifier: ISC
// Once.java pop3s|imaps|smtps PORT LOGIN PASSWORD: what JavaMail knows of the server after a login. By POP3
// it asks once, before the login.
import java.util.*;
import javax.mail.*;

import com.sun.mail.imap.IMAPStore;
import com.sun.mail.pop3.*;
import com.sun.mail.smtp.SMTPTransport;

public class Once {
    public static void main(String[] a) throws Exception {
        Properties p = new Properties();
        p.put("mail." + a[0] + ".ssl.trust", "*");
        p.put("mail.smtps.auth", "true");
        Session s = Session.getInstance(p);
        int port = Integer.parseInt(a[1]);

        if (a[0].equals("pop3s")) {
            POP3Store store = (POP3Store) s.getStore("pop3s");
            store.connect("127.0.0.1", port, a[2], a[3]);
            POP3Folder f = (POP3Folder) store.getFolder("INBOX");
            f.open(Folder.READ_ONLY);
            Message[] m = f.getMessages();
            FetchProfile uids = new FetchProfile();
            uids.add(UIDFolder.FetchProfileItem.UID);
            f.fetch(m, uids);
            System.out.println("capabilities " + new TreeSet<String>(store.capabilities().keySet()));
            System.out.println("UID " + (f.getUID(m[0]) != null) + " TOP " + (((POP3Message) m[0]).top(0) != null));
        } else if (a[0].equals("imaps")) {
            IMAPStore store = (IMAPStore) s.getStore("imaps");
            store.connect("127.0.0.1", port, a[2], a[3]);
            for (String c : new String[] {"IDLE", "UIDPLUS", "QUOTA", "CONDSTORE", "NAMESPACE"})
                System.out.println(c + " " + store.hasCapability(c));
        } else {
            SMTPTransport t = (SMTPTransport) s.getTransport("smtps");
            t.connect("127.0.0.1", port, a[2], a[3]);
            for (String e : new String[] {"SIZE", "DSN", "8BITMIME", "PIPELINING", "CHUNKING"})
                System.out.println(e + " " + t.supportsExtension(e) + " " + t.getExtensionParameter(e));
        }
    }
}
